-- Returns the member's entry, counts the hit and makes the member the most recently used; nothing else. ARGV: member
if not found then return {} end
redis.pcall('HINCRBY', KEYS[3], 'hits', 1)
local t = redis.call('TIME')
return {found, t[1] * 1000 + math.floor(t[2] / 1000)}
