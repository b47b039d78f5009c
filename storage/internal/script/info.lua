return {counter('hits'), counter('misses'), redis.call('HLEN', values)}
