-- Removes keys that somebody has put a value of another type into.
for key, want in pairs({[values] = 'hash', [order] = 'zset', [meta] = 'hash', [lease] = 'string'}) do
  local found = redis.call('TYPE', key).ok
  if found ~= want and found ~= 'none' then redis.call('DEL', key) end
end
return 1
