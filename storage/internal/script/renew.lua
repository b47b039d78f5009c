-- Keeps a lease. Its beat changes, so that who waits sees that the holder lives without trusting a clock.
-- ARGV: token, milliseconds of the lease
if holder() ~= ARGV[1] then return 0 end
local beat = tonumber(string.match(redis.call('GET', lease), '/(%d+)$') or '0') + 1
redis.call('SET', lease, ARGV[1] .. '/' .. beat, 'PX', ARGV[2])
return 1
