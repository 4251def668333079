// The composer of the bare window, with the mark that Wingman's sets too.
document.querySelector('textarea').focus();
performance.mark('composer');
