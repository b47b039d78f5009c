-- Stores an entry, if the lease is still the caller's and the function was not cleared meanwhile.
-- ARGV: member, token, epoch, entry, capacity (-1 is unlimited), then members that were used before it, oldest first
local member = ARGV[1]
if holder() ~= ARGV[2] then
  return {0, counter('gen')}
end
redis.call('DEL', lease)
tell('d' .. member)
if counter('epoch') ~= tonumber(ARGV[3]) then
  return {0, counter('gen')}
end
for i = 6, #ARGV do
  if redis.call('ZSCORE', order, ARGV[i]) then touch(ARGV[i]) end
end
if not try('HSET', values, member, ARGV[4]) then
  return {0, counter('gen')}
end
touch(member)
agree()
local capacity = tonumber(ARGV[5])
try('HSET', meta, 'capacity', capacity)
local size = redis.call('ZCARD', order)
if capacity >= 0 and size > capacity then
  local oldest = redis.call('ZPOPMIN', order, size - capacity)
  for i = 1, #oldest, 2 do redis.call('HDEL', values, oldest[i]) end
end
return {1, counter('gen')}
