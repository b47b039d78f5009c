-- Stores an entry, if the lease is still the caller's and the function was not cleared meanwhile.
-- ARGV: member, token, epoch, entry, capacity (-1 is unlimited), bytes that all entries may have (0 is unlimited), then
-- members that were used before it, oldest first
local member = ARGV[1]
if holder() ~= ARGV[2] then
  return {0, counter('gen')}
end
redis.call('DEL', lease)
tell('d' .. member)
local capacity, bytes = tonumber(ARGV[5]), tonumber(ARGV[6])
if counter('epoch') ~= tonumber(ARGV[3]) or bytes > 0 and #ARGV[4] > bytes then
  return {0, counter('gen')}
end
for i = 7, #ARGV do
  if redis.call('ZSCORE', order, ARGV[i]) then touch(ARGV[i]) end
end
local before = redis.call('HSTRLEN', values, member)
if not try('HSET', values, member, ARGV[4]) then
  return {0, counter('gen')}
end
grow(#ARGV[4] - before)
touch(member)
agree()
try('HSET', meta, 'capacity', capacity)

-- Forgets the members that were used longest ago.
local function evict(count)
  local oldest, gone = redis.call('ZPOPMIN', order, count), 0
  for i = 1, #oldest, 2 do
    gone = gone + redis.call('HSTRLEN', values, oldest[i])
    redis.call('HDEL', values, oldest[i])
  end
  grow(-gone)
end

local size = redis.call('ZCARD', order)
if capacity >= 0 and size > capacity then evict(size - capacity) end
if bytes > 0 then
  grow(0) -- where agree has found that the sum is not known
  while counter('bytes') > bytes and redis.call('ZCARD', order) > 1 do evict(1) end
end
return {1, counter('gen')}
