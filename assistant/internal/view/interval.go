package view

import "github.com/pythonweb/goweb/assistant"

// Intervals prints a table.
func (v Console) Intervals(list assistant.Intervals) error {
	if len(list) == 0 {
		v.Notef("%s", v.Lang.Text("no tag has an interval"))
		return nil
	}
	table := v.plain("tag", "call every (days)")
	for _, i := range list {
		table.Rows = append(table.Rows, []any{i.Tag, i.CallEvery})
	}
	return v.Table(table)
}
