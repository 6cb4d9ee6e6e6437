package org.foldwise.registry;

import java.util.UUID;

/** Where new ids come from. */
public interface Ids {
    /** An id that was never given out before and that PostgreSQL sorts after all that this source gave out before. */
    UUID next();
}
