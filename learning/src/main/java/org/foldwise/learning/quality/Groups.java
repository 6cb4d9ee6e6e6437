package org.foldwise.learning.quality;

/** Numbers 0 to n - 1 that are joined into groups (Tarjan 1975, Efficiency of a Good But Not Linear Set Union Algorithm). */
final class Groups {
    private final int[] parents;

    Groups(int size) {
        parents = new int[size];
        for (int i = 0; i < size; i++) {
            parents[i] = i;
        }
    }

    /** The smallest member of the group. */
    int root(int member) {
        int root = member;
        while (parents[root] != root) {
            parents[root] = parents[parents[root]];
            root = parents[root];
        }
        return root;
    }

    void join(int one, int other) {
        int rootOfOne = root(one);
        int rootOfOther = root(other);
        parents[Math.max(rootOfOne, rootOfOther)] = Math.min(rootOfOne, rootOfOther);
    }
}
