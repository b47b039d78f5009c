-- Adds what a process has counted and makes the members that it has used the most recently used ones.
-- ARGV: hits, misses, then members, oldest first
if ARGV[1] ~= '0' then try('HINCRBY', meta, 'hits', ARGV[1]) end
if ARGV[2] ~= '0' then try('HINCRBY', meta, 'misses', ARGV[2]) end
for i = 3, #ARGV do
  if redis.call('ZSCORE', order, ARGV[i]) then touch(ARGV[i]) end
end
return {now(), counter('gen')}
