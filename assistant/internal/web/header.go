package web

import "net/http"

// policy allows a page to load what comes from this server, and nothing else: no script or style inside a page, no
// other site's frame around it, no form sent elsewhere.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// secured sets the headers that every answer has, refusals included. Personal data is not stored in a shared cache.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
		h.Set("Cache-Control", "private, no-cache")
		next.ServeHTTP(patient{w}, r)
	})
}

// A patient writer tells clients that are refused temporarily when to try again.
type patient struct{ http.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (w patient) WriteHeader(status int) {
	switch status {
	case http.StatusServiceUnavailable: // a server that takes over needs a few seconds
		w.Header().Set("Retry-After", "5")
	case http.StatusTooManyRequests:
		w.Header().Set("Retry-After", "300")
	}
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is for [http.ResponseController].
func (w patient) Unwrap() http.ResponseWriter { return w.ResponseWriter }
