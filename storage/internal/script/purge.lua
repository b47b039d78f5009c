-- Has every process forget its own copies, refuses what is being computed, and returns all members.
try('HINCRBY', meta, 'epoch', 1)
local gen = try('HINCRBY', meta, 'gen', 1) or 0 -- 0 is out of order, and makes everybody forget everything
tell('c' .. gen)
return {redis.call('HKEYS', values), gen}
