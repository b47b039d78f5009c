-- Returns the member's entry and makes it the most recently used; or takes the lease to compute it; or says who holds that.
-- Of an entry of more than ARGV[6] bytes it returns the length, and its reader takes it by HGET.
-- ARGV: member, a random token, milliseconds of the lease, digest of an entry that does not count, lease that is given up,
-- bytes of the longest entry that comes along
local member = ARGV[1]
local size = redis.call('HSTRLEN', values, member)
if size > tonumber(ARGV[6]) and ARGV[4] == '' then
  touch(member)
  return {'long', size, now(), counter('gen')}
end
local entry = size > 0 and redis.call('HGET', values, member)
if entry and (ARGV[4] == '' or redis.sha1hex(entry) ~= ARGV[4]) then
  touch(member)
  if size > tonumber(ARGV[6]) then return {'long', size, now(), counter('gen')} end
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
