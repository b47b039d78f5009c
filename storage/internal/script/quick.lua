-- The most frequent case, before anything else is set up: the entry is there, and the numbers of uses go on.
local found = redis.call('HGET', KEYS[1], ARGV[1])
local function used()
  local seq = redis.pcall('HINCRBY', KEYS[3], 'seq', 1)
  if type(seq) ~= 'number' or seq == 1 then return false end
  return type(redis.pcall('ZADD', KEYS[2], seq, ARGV[1])) == 'number'
end
