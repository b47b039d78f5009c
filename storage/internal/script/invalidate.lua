-- Forgets a member, also one that is being computed. ARGV: member
local member = ARGV[1]
local size = redis.call('HSTRLEN', values, member)
local found = redis.call('HDEL', values, member)
if size > 0 then grow(-size) end
redis.call('ZREM', order, member)
redis.call('DEL', lease)
local gen = try('HINCRBY', meta, 'gen', 1) or 0 -- 0 is out of order, and makes everybody forget everything
tell('i' .. gen .. ' ' .. member)
return {found, gen}
