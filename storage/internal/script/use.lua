-- Returns the member's entry and makes it the most recently used, or says that more is to be done. ARGV: member
return used and found
