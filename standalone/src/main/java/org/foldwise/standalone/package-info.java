/**
 * The laptop's platform: embedded PostgreSQL, the API in this process, and a supervised worker process, all on loopback and
 * under one data directory. Main type: {@link org.foldwise.standalone.Standalone}. What the platform does is in the services
 * it starts; nothing of it is decided here.
 */
@NullMarked
package org.foldwise.standalone;

import org.jspecify.annotations.NullMarked;
