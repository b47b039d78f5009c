package assistant

import (
	"slices"
	"strings"

	"github.com/emersion/go-vcard"

	"github.com/pythonweb/goweb/assistant/vcf"
)

// further reads the properties that programs write in many ways: chat addresses, anniversaries and other days,
// relations; what is left is kept to be shown and found.
func (r *reading) further(card *vcf.Card, i int) {
	c, p := r.contact, &card.Properties[i]
	service, isChat := chatService(p.Name)
	switch {
	case p.Name == vcard.FieldIMPP || isChat:
		if chat := readChat(card, p, service); chat.Address != "" {
			c.Chats, r.chats = append(c.Chats, chat), append(r.chats, i)
		}
	case p.Name == vcard.FieldAnniversary || p.Name == "X-ANNIVERSARY" || p.Name == "X-EVOLUTION-ANNIVERSARY":
		r.event(p, i, "anniversary", p)
	case p.Name == "X-ABDATE":
		r.event(p, i, typeOf(card, p), p)
	case p.Name == "X-ANDROID-CUSTOM":
		r.android(p, i)
	case p.Name == vcard.FieldRelated || p.Name == "X-ABRELATEDNAMES":
		kind := strings.Join(p.Types(), ",")
		if kind == "" {
			kind = labelOf(card, p)
		}
		r.relation(i, kind, p.Text())
	case p.Name == "X-SPOUSE" || p.Name == "X-EVOLUTION-SPOUSE":
		r.relation(i, "spouse", p.Text())
	case p.Name == "X-MANAGER" || p.Name == "X-EVOLUTION-MANAGER":
		r.relation(i, "manager", p.Text())
	case p.Name == "X-ASSISTANT" || p.Name == "X-EVOLUTION-ASSISTANT":
		r.relation(i, "assistant", p.Text())
	default:
		r.other(card, p)
	}
}

// chatService returns the service of a property that programs used for a chat address before IMPP, or use for a service
// of today.
func chatService(name string) (string, bool) {
	rest, found := strings.CutPrefix(name, "X-")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "EVOLUTION-"), "KADDRESSBOOK-")
	switch rest = strings.TrimSuffix(rest, "-USERNAME"); rest {
	case "AIM",
		"ICQ",
		"SKYPE",
		"JABBER",
		"MSN",
		"YAHOO",
		"GADUGADU",
		"QQ",
		"TELEGRAM",
		"SIGNAL",
		"WHATSAPP",
		"VIBER",
		"MATRIX":
		return strings.ToLower(rest), found
	case "GOOGLE-TALK", "GTALK":
		return "google talk", found
	case "SOCIALPROFILE":
		return "", found
	}
	return "", false
}

func readChat(card *vcf.Card, p *vcf.Property, service string) Chat {
	chat := Chat{Type: service, Address: line(p.Text())}
	scheme, rest, found := strings.Cut(chat.Address, ":")
	for _, name := range []string{"X-SERVICE-TYPE", "SERVICE-TYPE"} {
		if kind := p.Param(name); kind != "" && chat.Type == "" {
			chat.Type = strings.ToLower(kind)
		}
	}
	if p.Name == "X-SOCIALPROFILE" && chat.Type == "" {
		chat.Type = typeOf(card, p)
	}
	if found && !strings.HasPrefix(rest, "//") && isScheme(scheme) {
		chat.Address = rest
		if chat.Type == "" {
			chat.Type = strings.ToLower(scheme)
		}
	}
	if chat.Type == "" {
		chat.Type = typeOf(card, p)
	}
	return chat
}

func isScheme(s string) bool {
	return s != "" && !strings.ContainsFunc(strings.ToLower(s), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '+' && r != '-' && r != '.'
	})
}

// event reads a day. The first anniversary is the contact's, every other day one of its dates.
func (r *reading) event(p *vcf.Property, i int, kind string, value *vcf.Property) {
	date, problem := readDay(value)
	if date.IsZero() {
		r.told(p, problem)
		r.addOther(p.Name, problem)
		return
	}
	if r.contact.Anniversary.IsZero() && kind == "anniversary" {
		r.contact.Anniversary, r.anniversary = date, i
		return
	}
	r.contact.Dates, r.dates = append(r.contact.Dates, Event{Type: kind, Date: date}), append(r.dates, i)
}

// android reads what Samsung and others write: a type of Android, then its columns. Events have a day, a kind (0
// custom, 1 anniversary, 2 other, 3 birthday) and a label.
func (r *reading) android(p *vcf.Property, i int) {
	columns := append(p.Components(), "", "", "", "")
	kind, found := strings.CutPrefix(columns[0], "vnd.android.cursor.item/")
	switch {
	case found && kind == "contact_event" && columns[1] != "":
		label := line(columns[3])
		switch columns[2] {
		case "1":
			label = "anniversary"
		case "3":
			label = "birthday"
		}
		r.event(p, i, strings.ToLower(label), &vcf.Property{Value: vcf.Escape(columns[1])})
	case found && kind == "relation":
		r.relation(i, strings.ToLower(columns[3]), columns[1])
	case found && kind == "nickname" && r.contact.Nickname == "":
		r.contact.Nickname = line(columns[1])
	default:
		r.addOther(kind, strings.Join(nonEmpty(columns[1:]), ", "))
	}
}

func (r *reading) relation(i int, kind, name string) {
	if name = withoutScheme(line(name), "urn:uuid:"); name != "" {
		r.contact.Relations = append(r.contact.Relations, Relation{Type: kind, Name: name})
		r.relations = append(r.relations, i)
	}
}

// maxOther bounds what is kept of a property for showing: the whole of it is in the card.
const maxOther = 400

// other keeps a property that means something to a person.
func (r *reading) other(card *vcf.Card, p *vcf.Property) {
	silent := []string{
		vcard.FieldUID, vcard.FieldProductID, vcard.FieldRevision, vcard.FieldFormattedName, vcard.FieldName,
		vcard.FieldNickname, vcard.FieldOrganization, vcard.FieldBirthday, vcard.FieldPhoto, vcard.FieldLogo, vcard.FieldKey,
		vcard.FieldKind, vcard.FieldClientPIDMap, vcard.FieldMember, "PROFILE", "CLASS", "MAILER", "AGENT",
	}
	if slices.Contains(silent, p.Name) || strings.HasPrefix(p.Name, "X-AB") ||
		strings.HasPrefix(p.Name, "X-ADDRESSBOOKSERVER-") || strings.HasPrefix(p.Name, "X-EVOLUTION-FILE-AS") ||
		p.IsBinary() {
		return
	}
	name := p.Name
	if label := labelOf(card, p); label != "" {
		name = label
	}
	r.addOther(name, strings.Join(nonEmpty(p.Components()), ", "))
}

func (r *reading) addOther(name, value string) {
	if value == "" {
		return
	}
	if letters := []rune(value); len(letters) > maxOther {
		value = string(letters[:maxOther]) + "…"
	}
	r.contact.Other = append(r.contact.Other, Property{Name: name, Value: value})
}

// Enrich fills in what a version of this package that knew fewer properties left in the contact's card.
func (c *Contact) Enrich() {
	if c.Source == nil || c.Group || c.SettleKind() {
		return
	}
	card, err := vcf.Parse(c.Source)
	if err != nil {
		return
	}
	read := newReading(card, "").contact
	if c.Title == "" && c.Role == "" && c.Chats == nil && c.Anniversary.IsZero() && c.Dates == nil && c.Relations == nil {
		c.Title, c.Role, c.Chats = read.Title, read.Role, read.Chats
		c.Anniversary, c.Dates, c.Relations = read.Anniversary, read.Dates, read.Relations
	}
	c.Other = read.Other
}
