return {counter('hits'), counter('misses'), redis.call('HLEN', values), redis.call('HGET', meta, 'capacity') or ''}
