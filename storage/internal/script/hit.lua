-- Returns the member's entry, counts the hit and makes the member the most recently used; nothing else. Of a long entry it
-- returns the length and counts nothing: who has read it does. ARGV: member, bytes of the longest entry that comes along
if not found then return {} end
if type(found) == 'string' then redis.pcall('HINCRBY', KEYS[3], 'hits', 1) end
local t = redis.call('TIME')
return {found, t[1] * 1000 + math.floor(t[2] / 1000)}
