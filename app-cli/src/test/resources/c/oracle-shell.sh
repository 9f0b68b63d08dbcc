# What a shell does every day. Says it as oracle.h describes; the process is 0 where it may be the shell or a program
# that it starts.
here=$(pwd -P)
did() { printf '0\t%s\t0\t%s/%s%s\n' "$1" "$here" "$2" "${3:+	$here/$3}"; }

mkdir -p tree/of/three && did mkdir tree && did mkdir tree/of && did mkdir tree/of/three
echo one >tree/a && did create tree/a
echo two >>tree/a && did write tree/a
: >tree/a && did write tree/a
cat <tree/a && did read tree/a
cat tree/a >tree/copy && did create tree/copy
mv tree/a tree/b && did rename tree/a tree/b
ln tree/b tree/hard && did link tree/b tree/hard
(cd tree/of && echo three >../of/three/c) && did create tree/of/three/c
echo four | (read -r word && echo "$word" >tree/piped) && did create tree/piped
{ echo five >tree/background; } & wait && did create tree/background
touch tree/touched && did create tree/touched
chmod 600 tree/touched && did attributes tree/touched
rm tree/hard && did unlink tree/hard
rm -r tree/of && did unlink tree/of/three/c && did rmdir tree/of/three && did rmdir tree/of
trap 'echo six >tree/at-the-end && did create tree/at-the-end' EXIT
