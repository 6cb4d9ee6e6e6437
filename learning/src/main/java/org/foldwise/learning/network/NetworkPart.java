package org.foldwise.learning.network;

import java.util.List;
import org.foldwise.learning.experiment.BackboneName;

/** How much of a network is there to compute. */
enum NetworkPart {
    /** From images to logits. */
    WHOLE(0),
    /** From what the backbone makes of images to logits. */
    HEAD(BackboneName.STAGES);

    private final int firstGroup;

    NetworkPart(int firstGroup) {
        this.firstGroup = firstGroup;
    }

    /** The first of {@link NetworkSpec#groups} that belongs to it; all behind it do as well. */
    int firstGroup() {
        return firstGroup;
    }

    /** Its entries of the state_dict. */
    List<ParameterSpec> parameters(NetworkSpec spec) {
        return spec.groups().stream().skip(firstGroup).flatMap(List::stream).toList();
    }
}
