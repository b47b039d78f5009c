local values, order, meta, lease = KEYS[1], KEYS[2], KEYS[3], KEYS[4]

-- Milliseconds of the server's clock.
local function now()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function counter(name)
  return tonumber(redis.call('HGET', meta, name) or '0')
end

-- Runs a command that writes. Without memory for it the script goes on without it; any other error ends the script.
local function try(...)
  local reply = redis.pcall(...)
  if type(reply) == 'table' and reply.err then
    if string.find(reply.err, 'OOM', 1, true) then return false end
    error(reply)
  end
  return reply
end

-- Makes member the most recently used. The number is one more than every number given before, also when the counter was
-- lost and the order was not.
local function touch(member)
  local seq = try('HINCRBY', meta, 'seq', 1)
  if not seq then return end
  if seq == 1 then
    local last = redis.call('ZREVRANGE', order, 0, 0, 'WITHSCORES')
    if last[2] then
      seq = tonumber(last[2]) + 1
      redis.call('HSET', meta, 'seq', seq)
    end
  end
  try('ZADD', order, seq, member)
end

-- Adds to the bytes that all entries have together; where that is not known they are counted.
local function grow(by)
  if redis.call('HEXISTS', meta, 'bytes') == 1 then
    try('HINCRBY', meta, 'bytes', by)
    return
  end
  local sum = 0
  for _, member in ipairs(redis.call('HKEYS', values)) do sum = sum + redis.call('HSTRLEN', values, member) end
  try('HSET', meta, 'bytes', sum)
end

-- Makes the order and the values hold the same members, when one of the keys was evicted or tampered with.
local function agree()
  if redis.call('HLEN', values) == redis.call('ZCARD', order) then return end
  for _, member in ipairs(redis.call('HKEYS', values)) do
    if not redis.call('ZSCORE', order, member) then try('ZADD', order, 0, member) end
  end
  for _, member in ipairs(redis.call('ZRANGE', order, 0, -1)) do
    if redis.call('HEXISTS', values, member) == 0 then redis.call('ZREM', order, member) end
  end
  redis.call('HDEL', meta, 'bytes')
end

-- The token of the process that holds the lease.
local function holder()
  local held = redis.call('GET', lease)
  return held and string.match(held, '^(.*)/') or held
end

local function tell(message)
  redis.call('PUBLISH', meta .. ':events', message)
end
