package page

import (
	"net/http"

	"github.com/pythonweb/goweb/assistant/internal/web/markdown"
)

// Register adds all pages to a mux. Their paths are relative to the program's own.
func Register(mux *http.ServeMux, o Options) {
	p := &pages{o, markdown.New(), build(), &links{books: make(map[string]bookLinks)}}
	routes := map[string]handler{
		"GET /{$}": p.today,

		"GET /contacts":              p.contacts,
		"POST /contacts":             p.createContact,
		"GET /contacts/new":          p.newContact,
		"POST /contacts/selection":   p.selection,
		"GET /contacts/{id}":         p.contact,
		"POST /contacts/{id}":        p.saveContact,
		"GET /contacts/{id}/edit":    p.editContact,
		"GET /contacts/{id}/delete":  p.askDeleteContact,
		"POST /contacts/{id}/delete": p.deleteContact,
		"POST /contacts/{id}/touch":  p.touch,
		"GET /contacts/{id}/photo":   p.photo,
		"GET /contacts/{id}/qr.png":  p.qr,
		"GET /contacts/{id}/card":    p.card,

		"GET /contacts/{id}/history":           p.contactHistory,
		"GET /contacts/{id}/history/{version}": p.contactVersion,
		"POST /contacts/{id}/undo":             p.undoContact,
		"POST /contacts/{id}/unmerge":          p.unmerge,
		"POST /contacts/{id}/restore":          p.restoreContact,
		"GET /duplicates":                      p.duplicates,
		"GET /merge":                           p.mergeForm,
		"POST /merge":                          p.merge,
		"GET /trash":                           p.trash,

		"GET /notes":              p.notes,
		"POST /notes":             p.createNote,
		"GET /notes/new":          p.newNote,
		"GET /notes/{id}":         p.note,
		"POST /notes/{id}":        p.saveNote,
		"GET /notes/{id}/edit":    p.editNote,
		"POST /notes/{id}/done":   p.doneNote,
		"GET /notes/{id}/delete":  p.askDeleteNote,
		"POST /notes/{id}/delete": p.deleteNote,
		"GET /link":               p.link,

		"GET /notes/{id}/history":           p.noteHistory,
		"GET /notes/{id}/history/{version}": p.noteVersion,
		"POST /notes/{id}/undo":             p.undoNote,
		"POST /notes/{id}/restore":          p.restoreNote,

		"GET /books":     p.books,
		"GET /search":    p.search,
		"GET /birthdays": p.birthdays,
		"GET /year":      p.year,
		"GET /tags":      p.tags,
		"POST /tags":     p.saveInterval,

		"GET /import":      p.importForm,
		"POST /import":     p.importCards,
		"GET /export":      p.exportPage,
		"GET /export.vcf":  p.exportCards,
		"GET /export.csv":  p.exportTable,
		"GET /export.json": p.exportJSON,

		"GET /login":            p.loginForm,
		"POST /login":           p.login,
		"POST /logout":          p.logout,
		"POST /login/challenge": p.challenge,
		"POST /login/passkey":   p.loginByPasskey,
		"GET /setup":            p.setUpForm,
		"POST /setup":           p.setUp,
		"GET /access":           p.showAccess,
		"POST /access":          p.addAppPassword,
		"POST /access/revoke":   p.revokeAppPassword,

		"POST /access/challenge":       p.challenge,
		"POST /access/passkeys":        p.addPasskey,
		"POST /access/passkeys/remove": p.removePasskey,

		"POST /access/sessions": p.endSessions,

		"GET /webhooks":                       p.showHooks,
		"POST /webhooks":                      p.addHook,
		"POST /webhooks/remove":               p.removeHook,
		"GET /connect":                        p.connect,
		"GET /connect/qr.png":                 p.connectCode,
		"GET /connect/assistant.mobileconfig": p.profile,

		"GET /settings":  p.settings,
		"POST /settings": p.saveSettings,
		"GET /help":      p.help,
		"/":              p.nothing,
	}
	for pattern, h := range routes {
		mux.Handle(pattern, p.handle(h))
	}
	mux.Handle("GET /static/", http.StripPrefix("/static/", static()))
	mux.Handle("GET /manifest.webmanifest", manifest(o.Base))
}
