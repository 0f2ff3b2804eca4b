// Reads dashboards with Grafana's own types, strictly: a field that Grafana does not know, a value of another type, a panel or
// a query of a kind that is not registered here, and what the types' own validation finds are errors.
//
// Usage: dashboards FILE...      the exit code is 0 only if nothing is wrong with any of them
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/logs"
	"github.com/grafana/grafana-foundation-sdk/go/loki"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/tempo"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

func main() {
	runtime := cog.NewRuntime()
	for _, kind := range []variants.PanelcfgConfig{
		timeseries.VariantConfig(), stat.VariantConfig(), table.VariantConfig(), logs.VariantConfig(),
	} {
		runtime.RegisterPanelcfgVariant(kind)
	}
	for _, kind := range []variants.DataqueryConfig{
		prometheus.VariantConfig(), loki.VariantConfig(), tempo.VariantConfig(),
	} {
		runtime.RegisterDataqueryVariant(kind)
	}
	files := os.Args[1:]
	if len(files) == 0 {
		fmt.Fprintln(os.Stderr, "no file is given")
		os.Exit(2)
	}
	failed, panels := false, 0
	for _, file := range files {
		read, wrong := check(file, runtime)
		panels += read
		for _, one := range wrong {
			fmt.Printf("%s: %v\n", file, one)
			failed = true
		}
	}
	if failed {
		os.Exit(1)
	}
	fmt.Printf("%d dashboards, %d panels\n", len(files), panels)
}

// check reads one file and says how many panels it has and what is wrong.
func check(file string, runtime *cog.Runtime) (int, []error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return 0, []error{err}
	}
	var wrong []error
	found := dashboard.Dashboard{}
	wrong = add(wrong, "", found.UnmarshalJSONStrict(raw))
	wrong = add(wrong, "", found.Validate())
	// The types drop a panel that they have read without a fault, and read its common fields generously: once more, each.
	var parts struct {
		Panels []json.RawMessage `json:"panels"`
	}
	if err := json.Unmarshal(raw, &parts); err != nil {
		return 0, append(wrong, err)
	}
	count := 0
	for _, part := range parts.Panels {
		read, faults := panel(part, runtime)
		count += read
		wrong = append(wrong, faults...)
	}
	if count == 0 {
		wrong = append(wrong, errors.New("has no panel"))
	}
	return count, wrong
}

// panel reads one panel; a row counts for none.
func panel(raw json.RawMessage, runtime *cog.Runtime) (int, []error) {
	var common struct {
		Type        string            `json:"type"`
		Title       string            `json:"title"`
		Targets     []json.RawMessage `json:"targets"`
		FieldConfig json.RawMessage   `json:"fieldConfig"`
	}
	if err := json.Unmarshal(raw, &common); err != nil {
		return 0, []error{err}
	}
	if common.Type == "row" {
		row := dashboard.RowPanel{}
		wrong := add(nil, common.Title, row.UnmarshalJSONStrict(raw))
		return 0, add(wrong, common.Title, row.Validate())
	}
	found := dashboard.Panel{}
	wrong := add(nil, common.Title, found.UnmarshalJSONStrict(raw))
	wrong = add(wrong, common.Title, found.Validate())
	config := dashboard.FieldConfigSource{}
	wrong = add(wrong, common.Title, config.UnmarshalJSONStrict(common.FieldConfig))
	if _, known := runtime.ConfigForPanelcfgVariant(found.Type); !known {
		wrong = add(wrong, common.Title, fmt.Errorf("type %q is none that is read strictly here", found.Type))
	}
	if len(common.Targets) == 0 {
		wrong = add(wrong, common.Title, errors.New("has no query"))
	}
	// A query that was read strictly and without a fault is dropped too; what stays is of a kind that nothing knows.
	for _, target := range found.Targets {
		if _, unknown := target.(variants.UnknownDataquery); unknown {
			wrong = add(wrong, common.Title, errors.New("a query is of a kind that is not read strictly here"))
		}
	}
	return 1, wrong
}

// add keeps what a type says is wrong; the types say an empty list where nothing is.
func add(wrong []error, title string, err error) []error {
	if err == nil || err.Error() == "" {
		return wrong
	}
	if title == "" {
		return append(wrong, err)
	}
	return append(wrong, fmt.Errorf("panel %q: %w", title, err))
}
