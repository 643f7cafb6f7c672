package io.tabellion.audit.merkle;

import java.util.ArrayList;
import java.util.List;

/**
 * Says that the tree of {@code first} leaves is a prefix of the tree of {@code second}.
 *
 * @param path the nodes of RFC 9162 §2.1.4; empty if first is 0 or equals second
 */
public record ConsistencyProof(long first, long second, List<Hash> path) {

  public ConsistencyProof {
    path = List.copyOf(path);
  }

  /** Whether it leads to both roots; the steps are RFC 9162 §2.1.4.2. */
  public boolean verify(Hash firstRoot, Hash secondRoot) {
    if (first < 0 || first > second) {
      return false;
    }
    if (first == 0 || first == second) { // step 1 and the empty tree
      return path.isEmpty()
          && (first == second
              ? firstRoot.equals(secondRoot)
              : firstRoot.equals(Hash.ofEmptyTree()));
    }
    if (path.isEmpty()) {
      return false;
    }
    List<Hash> nodes = new ArrayList<>(path);
    if (Long.bitCount(first) == 1) { // step 2
      nodes.addFirst(firstRoot);
    }
    int shift = Long.numberOfTrailingZeros(~(first - 1)); // steps 3 and 4
    return climb(nodes, (first - 1) >> shift, (second - 1) >> shift, firstRoot, secondRoot);
  }

  private static boolean climb(
      List<Hash> nodes, long first, long second, Hash firstRoot, Hash secondRoot) {
    long fn = first;
    long sn = second;
    Hash fr = nodes.getFirst(); // step 5
    Hash sr = nodes.getFirst();
    for (Hash c : nodes.subList(1, nodes.size())) { // step 6
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        fr = Hash.ofChildren(c, fr);
        sr = Hash.ofChildren(c, sr);
        int shift = (fn & 1) == 1 || fn == 0 ? 0 : Long.numberOfTrailingZeros(fn);
        fn >>= shift;
        sn >>= shift;
      } else {
        sr = Hash.ofChildren(sr, c);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && fr.equals(firstRoot) && sr.equals(secondRoot); // step 7
  }
}
