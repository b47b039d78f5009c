-- The most frequent case, before anything else is set up: the entry is there, and the numbers of uses go on. Of an entry
-- of more than ARGV[2] bytes only the length is found: on its way through Lua it would hold up everybody, so its reader
-- takes it by HGET.
local size, found, used = redis.call('HSTRLEN', KEYS[1], ARGV[1]), false, false
if size > 0 then
  found = size
  if size <= tonumber(ARGV[2]) then found = redis.call('HGET', KEYS[1], ARGV[1]) end
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
