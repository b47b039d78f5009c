package command

import (
	"context"

	"github.com/pythonweb/goweb/assistant/internal/backend"
	"github.com/pythonweb/goweb/assistant/internal/view"
	"github.com/pythonweb/goweb/console"
	"github.com/urfave/cli/v2"
)

func (p *program) cache() *cli.Command {
	return &cli.Command{
		Name: "cache", Usage: "look at the cache that --cache names",
		Subcommands: []*cli.Command{
			{Name: "info", Usage: "show how many answers came from the cache and how many are in it", Action: p.action(cacheInfo)},
		},
	}
}

func cacheInfo(ctx context.Context, s *session) error {
	cache, ok := s.store.(*backend.Cached)
	if !ok {
		return console.Errorf(console.Usage, "name it with --cache redis://HOST:PORT/0 or ASSISTANT_CACHE", "there is no cache")
	}
	infos, err := cache.Info(ctx)
	if err != nil {
		return console.Errorf(console.Failed, "the store answers without it", "the cache does not answer: %w", err)
	}
	var list []view.CacheInfo
	for _, info := range infos {
		list = append(list, view.CacheInfo(info))
	}
	return s.view.CacheInfos(list)
}
