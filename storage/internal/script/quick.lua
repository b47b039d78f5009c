-- The most frequent case, before anything else is set up: the entry is there, and the numbers of uses go on.
local found, used = redis.call('HGET', KEYS[1], ARGV[1]), false
if found then
  local seq = redis.pcall('HINCRBY', KEYS[3], 'seq', 1)
  if seq == 1 then -- the counter is new or was lost; the order may not be
    local last = redis.call('ZREVRANGE', KEYS[2], 0, 0, 'WITHSCORES')
    if last[2] then
      seq = tonumber(last[2]) + 1
      redis.call('HSET', KEYS[3], 'seq', seq)
    end
  end
  used = type(seq) == 'number' and type(redis.pcall('ZADD', KEYS[2], seq, ARGV[1])) == 'number'
end
