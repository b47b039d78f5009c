-- Gives a lease back without a value. ARGV: member, token
if holder() ~= ARGV[2] then return 0 end
redis.call('DEL', lease)
tell('d' .. ARGV[1])
return 1
