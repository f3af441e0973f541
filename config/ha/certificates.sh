#!/bin/sh
# An authority of our own and, for one machine, a key and a certificate by it:
#   certificates.sh FOLDER NAME ADDRESS     ->  ca.crt ca.key NAME.crt NAME.key
# Databases, etcd, Patroni and HAProxy know each other by it. Keep ca.key off these machines.
set -eu
folder=$1 name=$2 address=$3
umask 077
mkdir -p "$folder"
cd "$folder"
key="-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
[ -f ca.key ] || openssl req -x509 $key -days 3650 -subj /CN=motcua-ha -keyout ca.key -out ca.crt 2>/dev/null
# Both uses: members of etcd and of Patroni are servers to each other, and clients.
cat >"$name.ext" <<EXT
basicConstraints = CA:FALSE
subjectAltName = DNS:$name, IP:$address
extendedKeyUsage = serverAuth, clientAuth
EXT
openssl req $key -subj "/CN=$name" -keyout "$name.key" -out "$name.csr" 2>/dev/null
openssl x509 -req -in "$name.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 825 -extfile "$name.ext" -out "$name.crt" 2>/dev/null
rm "$name.csr" "$name.ext"
