// Package junksort sorts the files of a folder into folders by category or extension.
package junksort
