package io.tabellion.audit.merkle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class TreeTest {
  /** The leaves of Certificate Transparency's reference tests. */
  private static final List<ByteString> LEAVES =
      Stream.of(
              "",
              "00",
              "10",
              "2021",
              "3031",
              "40414243",
              "5051525354555657",
              "606162636465666768696a6b6c6d6e6f")
          .map(hex -> ByteString.copyFrom(HexFormat.of().parseHex(hex)))
          .toList();

  private static final List<String> ROOTS =
      List.of(
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
          "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
          "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
          "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
          "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
          "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
          "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
          "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");

  private static final int SIZES = 40;

  @Test
  void rootsAreThoseOfTheReferenceTree() {
    Frontier frontier = Frontier.EMPTY;
    for (int size = 0; size <= LEAVES.size(); size++) {
      assertThat(frontier.root().hex()).isEqualTo(ROOTS.get(size));
      frontier = size < LEAVES.size() ? frontier.append(Hash.ofLeaf(LEAVES.get(size))) : frontier;
    }
  }

  @Test
  void anInclusionProofIsTheOneOfTheReferenceTree() {
    List<Hash> leaves = LEAVES.stream().map(Hash::ofLeaf).toList();
    assertThat(Proofs.inclusion(0, 8, naive(leaves)).path())
        .extracting(Hash::hex)
        .containsExactly(
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
  }

  @Test
  void everyInclusionProofVerifiesAndNoOtherDoes() {
    List<Hash> leaves = leaves(SIZES);
    for (int size = 1; size <= SIZES; size++) {
      Hash root = naiveRoot(leaves.subList(0, size));
      for (int index = 0; index < size; index++) {
        InclusionProof proof = Proofs.inclusion(index, size, naive(leaves));
        assertThat(proof.verify(leaves.get(index), root)).isTrue();
        assertThat(proof.verify(leaves.get((index + 1) % SIZES), root)).isFalse();
        assertThat(proof.verify(leaves.get(index), leaves.getFirst()))
            .isEqualTo(size == 1); // the root of one leaf is the leaf
        assertThat(
                new InclusionProof(index + 1, size, proof.path()).verify(leaves.get(index), root))
            .isFalse();
        assertThat(longer(proof).verify(leaves.get(index), root)).isFalse();
      }
    }
  }

  @Test
  void everyConsistencyProofVerifiesAndNoOtherDoes() {
    List<Hash> leaves = leaves(SIZES);
    for (int second = 0; second <= SIZES; second++) {
      Hash secondRoot = naiveRoot(leaves.subList(0, second));
      for (int first = 0; first <= second; first++) {
        Hash firstRoot = naiveRoot(leaves.subList(0, first));
        ConsistencyProof proof = Proofs.consistency(first, second, naive(leaves));
        assertThat(proof.verify(firstRoot, secondRoot)).isTrue();
        assertThat(proof.verify(Hash.ZERO, secondRoot)).isFalse();
        if (first > 0) {
          assertThat(proof.verify(firstRoot, Hash.ZERO)).isFalse();
        }
        assertThat(longer(proof).verify(firstRoot, secondRoot)).isFalse();
        for (int i = 0; i < proof.path().size(); i++) {
          assertThat(broken(proof, i).verify(firstRoot, secondRoot)).isFalse();
        }
      }
    }
  }

  @Test
  void aFrontierAndAProofOfAllHaveTheNaiveRoot() {
    List<Hash> leaves = leaves(SIZES);
    Frontier frontier = Frontier.EMPTY;
    for (int size = 0; size < SIZES; size++) {
      assertThat(frontier.root()).isEqualTo(naiveRoot(leaves.subList(0, size)));
      assertThat(Proofs.root(size, naive(leaves))).isEqualTo(frontier.root());
      frontier = frontier.append(leaves.get(size));
    }
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    Subtrees none = naive(List.of());
    assertThatThrownBy(() -> Proofs.inclusion(3, 3, none))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> Proofs.consistency(4, 3, none))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> new Frontier(3, List.of(Hash.ZERO)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Hash.parseHex("AB".repeat(32)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static List<Hash> leaves(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Hash.ofLeaf(ByteString.copyFromUtf8("leaf " + i)))
        .toList();
  }

  private static Subtrees naive(List<Hash> leaves) {
    return (level, number) -> {
      int first = (int) (number << level);
      return naiveRoot(leaves.subList(first, first + (1 << level)));
    };
  }

  /** RFC 9162 §2.1.1 as it stands there. */
  private static Hash naiveRoot(List<Hash> leaves) {
    int n = leaves.size();
    if (n == 0) {
      return Hash.ofEmptyTree();
    }
    if (n == 1) {
      return leaves.getFirst();
    }
    int k = 1;
    while (2 * k < n) {
      k *= 2;
    }
    return Hash.ofChildren(naiveRoot(leaves.subList(0, k)), naiveRoot(leaves.subList(k, n)));
  }

  private static InclusionProof longer(InclusionProof proof) {
    return new InclusionProof(proof.index(), proof.size(), longer(proof.path()));
  }

  private static ConsistencyProof longer(ConsistencyProof proof) {
    return new ConsistencyProof(proof.first(), proof.second(), longer(proof.path()));
  }

  private static List<Hash> longer(List<Hash> path) {
    List<Hash> longer = new ArrayList<>(path);
    longer.add(Hash.ZERO);
    return longer;
  }

  private static ConsistencyProof broken(ConsistencyProof proof, int at) {
    List<Hash> path = new ArrayList<>(proof.path());
    path.set(at, Hash.ZERO);
    return new ConsistencyProof(proof.first(), proof.second(), path);
  }
}
