package invent

import (
	"fmt"
	"math/rand/v2"
)

// Group is the name of the i-th group.
func Group(i int) string { return fmt.Sprintf("Група %d-%02d", i/26+1, i%26+1) }

// Subject is the name of the i-th subject.
func Subject(i int) string {
	names := [...]string{
		"Алгебра", "Геометрія", "Фізика", "Хімія", "Біологія", "Географія", "Історія України", "Українська мова",
		"Українська література", "Англійська мова", "Інформатика", "Астрономія", "Мистецтво", "Фізична культура",
	}
	if i < len(names) {
		return names[i]
	}
	return fmt.Sprintf("%s %d", names[i%len(names)], i/len(names)+1)
}

// Person is a name, family name first, as a class register has it.
func Person(random *rand.Rand) string {
	families := [...]string{
		"Бондар", "Василенко", "Гнатюк", "Дорошенко", "Євтушенко", "Жук", "Заєць", "Іваненко", "Їжакевич", "Кравець",
		"Лисенко", "Мельник", "Науменко", "Онищенко", "Паламар", "Романюк", "Савченко", "Ткаченко", "Усенко", "Федорук",
		"Харченко", "Цимбал", "Чумак", "Шевчук", "Щербак", "Юрченко", "Яценко", "Ґудзь", "Голуб", "Коваль",
	}
	givens := [...]string{
		"Андрій", "Богдан", "Василь", "Ганна", "Дарина", "Євген", "Жанна", "Зоряна", "Іван", "Ілля",
		"Катерина", "Лідія", "Марія", "Назар", "Оксана", "Петро", "Роман", "Соломія", "Тарас", "Уляна",
		"Федір", "Христина", "Юлія", "Яна",
	}
	return families[random.IntN(len(families))] + " " + givens[random.IntN(len(givens))]
}
