if found and ARGV[4] == '' and ARGV[6] == '1' and used() then return found end
