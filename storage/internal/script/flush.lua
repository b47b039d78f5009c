-- Adds what a process has counted and makes the members that it has used the most recently used ones.
-- ARGV: hits, misses, calls for which Redis was of no help, why the last one was one, then members, oldest first
if ARGV[1] ~= '0' then try('HINCRBY', meta, 'hits', ARGV[1]) end
if ARGV[2] ~= '0' then try('HINCRBY', meta, 'misses', ARGV[2]) end
if ARGV[3] ~= '0' then
  try('HINCRBY', meta, 'lost', ARGV[3])
  try('HSET', meta, 'reason', ARGV[4])
end
for i = 5, #ARGV do
  if redis.call('ZSCORE', order, ARGV[i]) then touch(ARGV[i]) end
end
return {now(), counter('gen')}
