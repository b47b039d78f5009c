return {
  counter('hits'), counter('misses'), redis.call('HLEN', values), redis.call('HGET', meta, 'capacity') or '',
  counter('lost'), redis.call('HGET', meta, 'reason') or '', counter('bytes')
}
