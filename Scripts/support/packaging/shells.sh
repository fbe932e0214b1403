#!/bin/sh
# Completes `focus spec` in each shell, as its user would with the tab key.
set -eu
bash -c '. /usr/share/bash-completion/bash_completion
    _completion_loader focus || true
    set -- $(complete -p focus)
    while [ "$1" != -F ]; do shift; done
    COMP_WORDS=(focus spec) COMP_CWORD=1 COMP_LINE="focus spec" COMP_POINT=10 COMP_TYPE=9
    "$2" focus spec focus
    [ "${COMPREPLY[*]}" = specialize ]'
fish -c 'complete -C "focus spec"' | grep -q specialize
# zsh completes for a terminal alone: it is given one.
zsh -fc 'zmodload zsh/zpty
    zpty shell "TERM=dumb zsh -fi"
    zpty -w shell "autoload -U compinit && compinit -u -D; PS1=ready"
    zpty -w -n shell "focus spec"$'"'\t'"'
    repeat 40; do sleep 0.1; zpty -r -t shell part && text+=$part; [[ $text == *specialize* ]] && exit 0; done
    print -r -- "$text"; exit 1'
