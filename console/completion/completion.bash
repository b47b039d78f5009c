# bash completion for PROGRAM
_FUNCTION_complete() {
	local word text
	COMPREPLY=()
	compopt +o default
	while IFS=$'\t' read -r word text; do
		if [[ $word == :files ]]; then
			compopt -o default
		else
			if [[ $word == *[[:space:]\'\"\\\$\`\&\;\(\)\<\>\|\*\?\#]* ]]; then
				printf -v word %q "$word"
			fi
			COMPREPLY+=("$word")
		fi
	done < <("${COMP_WORDS[0]/#\~/$HOME}" COMPLETE "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _FUNCTION_complete PROGRAM
