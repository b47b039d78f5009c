-- Returns the member's entry, or the length of a long one, and makes it the most recently used; or says that more is to be
-- done. ARGV: member, bytes of the longest entry that comes along
return used and found
