package page

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"rsc.io/qr"

	"github.com/pythonweb/goweb/assistant/internal/web/visit"
)

// cards returns the address of the CardDAV server, as the browser reaches this server.
func (p *pages) cards(r *http.Request) *url.URL {
	u := &url.URL{Scheme: "http", Host: r.Host, Path: "/dav/"}
	if visit.From(r.Context()).Secure {
		u.Scheme = "https"
	}
	if base, err := url.PathUnescape(p.Base); err == nil {
		u.Path = base + u.Path
	}
	return u
}

// connect shows how phones and programs can use the same address book.
func (p *pages) connect(w http.ResponseWriter, r *http.Request) error {
	u := p.cards(r)
	return p.show(w, r, frame{Title: "Phones and programs"}, own("connect", map[string]string{
		"URL": u.String(), "Host": u.Host, "Account": visit.From(r.Context()).Account,
	}))
}

// connectCode sends the address of the server as a QR code for phones.
func (p *pages) connectCode(w http.ResponseWriter, r *http.Request) error {
	code, err := qr.Encode(p.cards(r).String(), qr.M)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(code.PNG()) // fails only if the client has gone
	return nil
}

// profile sends an Apple configuration profile with the account, but without a password: the device asks for it.
func (p *pages) profile(w http.ResponseWriter, r *http.Request) error {
	u, account := p.cards(r), visit.From(r.Context()).Account
	id := func(of string) string {
		return uuid.NewSHA1(uuid.NameSpaceURL, []byte(of+" "+account+" "+u.String())).String()
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	var b bytes.Buffer
	text := func(key, value string) {
		b.WriteString("<key>" + key + "</key><string>")
		_ = xml.EscapeText(&b, []byte(value)) // a buffer never fails
		b.WriteString("</string>\n")
	}
	b.WriteString(xml.Header + `<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" ` +
		`"http://www.apple.com/DTDs/PropertyList-1.0.dtd">` +
		"\n<plist version=\"1.0\"><dict>\n")
	text("PayloadType", "Configuration")
	text("PayloadDisplayName", "Assistant")
	text("PayloadIdentifier", "assistant."+u.Hostname())
	text("PayloadUUID", id("profile"))
	b.WriteString("<key>PayloadVersion</key><integer>1</integer>\n<key>PayloadContent</key><array><dict>\n")
	text("PayloadType", "com.apple.carddav.account")
	text("PayloadIdentifier", "assistant."+u.Hostname()+".carddav")
	text("PayloadUUID", id("carddav"))
	text("CardDAVAccountDescription", "Assistant")
	text("CardDAVHostName", u.Hostname())
	text("CardDAVPrincipalURL", u.EscapedPath()+"principals/"+url.PathEscape(account)+"/")
	text("CardDAVUsername", account)
	fmt.Fprintf(&b, "<key>PayloadVersion</key><integer>1</integer>\n"+
		"<key>CardDAVPort</key><integer>%s</integer>\n<key>CardDAVUseSSL</key><%t/>\n",
		port, u.Scheme == "https")
	b.WriteString("</dict></array></dict></plist>\n")
	w.Header().Set("Content-Type", "application/x-apple-aspen-config")
	w.Header().Set("Content-Disposition", `attachment; filename="assistant.mobileconfig"`)
	_, _ = w.Write(b.Bytes()) // fails only if the client has gone
	return nil
}
