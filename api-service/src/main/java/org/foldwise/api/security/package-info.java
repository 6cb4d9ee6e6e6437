/**
 * Who may ask for what. A request shows an API key; the key's role opens the routes that
 * {@link org.foldwise.api.security.SecurityRules} lists, everything else is closed, and its project opens the resources of that
 * project, all others do not exist for it ({@link org.foldwise.api.security.Caller}).
 */
@NullMarked
package org.foldwise.api.security;

import org.jspecify.annotations.NullMarked;
