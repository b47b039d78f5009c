#compdef PROGRAM
# zsh completion for PROGRAM
_PROGRAM() {
	local -a items
	local word text files=0
	while IFS=$'\t' read -r word text; do
		if [[ $word == :files ]]; then
			files=1
		else
			items+=("${word//:/\\:}:$text")
		fi
	done < <("${words[1]/#\~/$HOME}" COMPLETE "${(@)words[2,CURRENT]}" 2>/dev/null)
	(( $#items )) && _describe -t words PROGRAM items
	(( files )) && _files
}
if [[ ${funcstack[1]} == _PROGRAM ]]; then
	_PROGRAM
else
	compdef _PROGRAM PROGRAM
fi
