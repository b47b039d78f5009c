-- Forgets all members and the statistics. What is being computed will be refused by its epoch.
redis.call('DEL', values, order)
redis.call('HDEL', meta, 'hits', 'misses', 'lost', 'reason', 'bytes')
try('HINCRBY', meta, 'epoch', 1)
local gen = try('HINCRBY', meta, 'gen', 1) or 0 -- 0 is out of order, and makes everybody forget everything
tell('c' .. gen)
return {0, gen}
