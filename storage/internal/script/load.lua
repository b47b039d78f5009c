-- Returns the member's entry and makes it the most recently used; or takes the lease to compute it; or says who holds that.
-- ARGV: member, a random token, milliseconds of the lease, digest of an entry that does not count, lease that is given up
local member = ARGV[1]
local entry = redis.call('HGET', values, member)
if entry and (ARGV[4] == '' or redis.sha1hex(entry) ~= ARGV[4]) then
  touch(member)
  return {'hit', entry, now(), counter('gen')}
end
local held = redis.call('GET', lease)
if held and held ~= ARGV[5] then
  return {'wait', held, now(), counter('gen')}
end
local fence = try('HINCRBY', meta, 'fence', 1)
local token = (fence or 0) .. ':' .. ARGV[2]
if not fence or not try('SET', lease, token .. '/0', 'PX', ARGV[3]) then
  return {'full', '', now(), counter('gen')}
end
return {'lease', token, now(), counter('gen'), counter('epoch')}
