/*
 * What a shell of a guest does with a DOE Capability by setpci(8), a word of config space at a time.
 */

/** A function and the offset of its DOE Capability, and the version of that. */
export interface DoePlace {
  readonly address: string;
  readonly at: number;
  readonly version: 1 | 2;
}

/**
 * The shell functions `abort`, and `exchange WORD …`, which sends a data object and leaves the words of the response in
 * `answer`. The order of the accesses is that of Linux drivers/pci/doe.c (pci_doe_abort, pci_doe_send_req,
 * pci_doe_recv_resp).
 */
function doeFunctions({ address, at }: DoePlace): string {
  return `
    get() { printf '%d' "0x$(setpci -s ${address} "$(printf '%x.L' $((${at} + $1)))")"; }
    put() { setpci -s ${address} "$(printf '%x.L=%x' $((${at} + $1)) "$2")"; }
    abort() {
      put 0x08 1
      while [ $(($(get 0x0c) & 5)) != 0 ]; do :; done
    }
    ready() { [ $(($(get 0x0c) & 0x80000000)) != 0 ]; }
    exchange() {
      [ $(($(get 0x0c) & 5)) = 0 ] || return 1
      id=$1
      put 0x10 $id
      shift
      put 0x10 $(($# + 2))
      for word; do put 0x10 $word; done
      put 0x08 0x80000000
      while :; do
        status=$(get 0x0c)
        [ $((status & 4)) = 0 ] || return 2
        [ $((status & 0x80000000)) = 0 ] || break
      done
      [ "$(get 0x14)" = $(($id)) ] || return 3
      put 0x14 0
      left=$(($(get 0x14) - 2))
      put 0x14 0
      answer=
      while [ $left -gt 0 ]; do
        answer="$answer $(get 0x14)"
        left=$((left - 1))
        [ $left != 0 ] || ready || return 4
        put 0x14 0
      done
      [ $(($(get 0x0c) & 0x80000004)) = 0 ] || return 5
    }`;
}

/** A script that aborts, and then asks for each feature: a line of eight digits for each, next index first. */
export function discoverByShell(place: DoePlace): string {
  return `${doeFunctions(place)}
    abort
    index=0
    while :; do
      exchange 1 $((index | ${versionIn(place)})) || exit
      printf '%08x\\n' $answer
      index=$((answer >> 24))
      [ $index != 0 ] || exit 0
    done`;
}

/** A script that asks for the feature of one index. */
export function featureByShell(place: DoePlace, index: number): string {
  return exchangeByShell(place, [1, index | versionIn(place)]);
}

/** A script that sends an object, DW0 and the payload, and prints the payload of the response: eight digits a line. */
export function exchangeByShell(place: DoePlace, [id = 0, ...payload]: readonly number[]): string {
  return `${doeFunctions(place)}
    exchange ${[id, ...payload].join(' ')} || exit
    printf '%08x\\n' $answer`;
}

/** The version in a request of discovery (PCI Express Base Specification 6.1, section 6.30.1.1). */
function versionIn({ version }: DoePlace): number {
  return version === 1 ? 0 : version << 8;
}
