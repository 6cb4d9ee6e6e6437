package org.foldwise.api.paging;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param items in the order of the list
 * @param nextPageToken asks for the next page; absent on the last one
 */
public record Page<T>(
        @Schema(description = "The items of this page.") List<T> items,
        @Schema(
                        description = "Pass it as pageToken to get the next page; absent on the last page.",
                        example = "MDE5MTJk")
                @Nullable
                String nextPageToken) {
    public Page {
        items = List.copyOf(items);
    }

    /**
     * The page that begins with {@code found}.
     *
     * @param found one item more than the page has, if the list goes on
     * @param key by which the list is ordered; unique
     * @param wire turns an item into what is shown of it
     */
    public static <F, T> Page<T> of(List<F> found, PageQuery query, Function<F, ?> key, Function<F, T> wire) {
        boolean more = found.size() > query.pageSize();
        List<F> shown = more ? found.subList(0, query.pageSize()) : found;
        String next =
                more ? PageQuery.token(key.apply(shown.get(shown.size() - 1)).toString()) : null;
        return new Page<>(shown.stream().map(wire).toList(), next);
    }
}
