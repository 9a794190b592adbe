import "node:module";
import { resolve } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "electron-vite";
// electron.vite.config.ts
const here = import.meta.dirname;
var electron_vite_config_default = defineConfig({
	main: { build: {
		externalizeDeps: true,
		rolldownOptions: {
			input: {
				index: resolve(here, "src-main/electron/main.ts"),
				cli: resolve(here, "src-main/cli/main.ts"),
				server: resolve(here, "src-main/server/main.ts"),
				"train-worker": resolve(here, "src-main/workers/train-worker.ts")
			},
			output: {
				format: "es",
				entryFileNames: "[name].js",
				chunkFileNames: "chunks/[name]-[hash].js"
			}
		}
	} },
	preload: { build: {
		externalizeDeps: false,
		rolldownOptions: {
			input: { preload: resolve(here, "src-main/electron/preload.ts") },
			output: {
				format: "cjs",
				entryFileNames: "[name].cjs"
			}
		}
	} },
	renderer: {
		root: resolve(here, "src-renderer"),
		plugins: [svelte({ configFile: resolve(here, "svelte.config.js") })],
		build: {
			minify: true,
			assetsInlineLimit: 0,
			rolldownOptions: { input: resolve(here, "src-renderer/index.html") }
		}
	}
});
export { electron_vite_config_default as default };

//# sourceMappingURL=data:application/json;charset=utf-8;base64,eyJ2ZXJzaW9uIjozLCJmaWxlIjoiZWxlY3Ryb24udml0ZS5jb25maWcuanMiLCJuYW1lcyI6W10sInNvdXJjZXMiOlsiL3dvcmsvbWFpbi9lbGVjdHJvbi52aXRlLmNvbmZpZy50cyJdLCJzb3VyY2VzQ29udGVudCI6WyJpbXBvcnQgeyByZXNvbHZlIH0gZnJvbSBcIm5vZGU6cGF0aFwiO1xuaW1wb3J0IHsgc3ZlbHRlIH0gZnJvbSBcIkBzdmVsdGVqcy92aXRlLXBsdWdpbi1zdmVsdGVcIjtcbmltcG9ydCB7IGRlZmluZUNvbmZpZyB9IGZyb20gXCJlbGVjdHJvbi12aXRlXCI7XG5cbmNvbnN0IGhlcmUgPSBpbXBvcnQubWV0YS5kaXJuYW1lO1xuXG5leHBvcnQgZGVmYXVsdCBkZWZpbmVDb25maWcoe1xuICBtYWluOiB7XG4gICAgYnVpbGQ6IHtcbiAgICAgIGV4dGVybmFsaXplRGVwczogdHJ1ZSxcbiAgICAgIHJvbGxkb3duT3B0aW9uczoge1xuICAgICAgICBpbnB1dDoge1xuICAgICAgICAgIGluZGV4OiByZXNvbHZlKGhlcmUsIFwic3JjLW1haW4vZWxlY3Ryb24vbWFpbi50c1wiKSxcbiAgICAgICAgICBjbGk6IHJlc29sdmUoaGVyZSwgXCJzcmMtbWFpbi9jbGkvbWFpbi50c1wiKSxcbiAgICAgICAgICBzZXJ2ZXI6IHJlc29sdmUoaGVyZSwgXCJzcmMtbWFpbi9zZXJ2ZXIvbWFpbi50c1wiKSxcbiAgICAgICAgICBcInRyYWluLXdvcmtlclwiOiByZXNvbHZlKGhlcmUsIFwic3JjLW1haW4vd29ya2Vycy90cmFpbi13b3JrZXIudHNcIiksXG4gICAgICAgIH0sXG4gICAgICAgIG91dHB1dDogeyBmb3JtYXQ6IFwiZXNcIiwgZW50cnlGaWxlTmFtZXM6IFwiW25hbWVdLmpzXCIsIGNodW5rRmlsZU5hbWVzOiBcImNodW5rcy9bbmFtZV0tW2hhc2hdLmpzXCIgfSxcbiAgICAgIH0sXG4gICAgfSxcbiAgfSxcbiAgcHJlbG9hZDoge1xuICAgIGJ1aWxkOiB7XG4gICAgICBleHRlcm5hbGl6ZURlcHM6IGZhbHNlLFxuICAgICAgcm9sbGRvd25PcHRpb25zOiB7XG4gICAgICAgIGlucHV0OiB7IHByZWxvYWQ6IHJlc29sdmUoaGVyZSwgXCJzcmMtbWFpbi9lbGVjdHJvbi9wcmVsb2FkLnRzXCIpIH0sXG4gICAgICAgIG91dHB1dDogeyBmb3JtYXQ6IFwiY2pzXCIsIGVudHJ5RmlsZU5hbWVzOiBcIltuYW1lXS5janNcIiB9LFxuICAgICAgfSxcbiAgICB9LFxuICB9LFxuICByZW5kZXJlcjoge1xuICAgIHJvb3Q6IHJlc29sdmUoaGVyZSwgXCJzcmMtcmVuZGVyZXJcIiksXG4gICAgcGx1Z2luczogW3N2ZWx0ZSh7IGNvbmZpZ0ZpbGU6IHJlc29sdmUoaGVyZSwgXCJzdmVsdGUuY29uZmlnLmpzXCIpIH0pXSxcbiAgICBidWlsZDoge1xuICAgICAgbWluaWZ5OiB0cnVlLFxuICAgICAgLy8gRm9udHMgYW5kIGljb25zIHN0YXkgZmlsZXM6IHRoZSBjb250ZW50IHNlY3VyaXR5IHBvbGljeSBhbGxvd3Mgbm8gaW5saW5lZCBmb250LlxuICAgICAgYXNzZXRzSW5saW5lTGltaXQ6IDAsXG4gICAgICByb2xsZG93bk9wdGlvbnM6IHsgaW5wdXQ6IHJlc29sdmUoaGVyZSwgXCJzcmMtcmVuZGVyZXIvaW5kZXguaHRtbFwiKSB9LFxuICAgIH0sXG4gIH0sXG59KTtcbiJdLCJtYXBwaW5ncyI6Ijs7Ozs7QUFJQSxNQUFNLE9BQU8sWUFBWTtBQUV6QixJQUFBLCtCQUFlLGFBQWE7Q0FDMUIsTUFBTSxFQUNKLE9BQU87RUFDTCxpQkFBaUI7RUFDakIsaUJBQWlCO0dBQ2YsT0FBTztJQUNMLE9BQU8sUUFBUSxNQUFNLDJCQUEyQjtJQUNoRCxLQUFLLFFBQVEsTUFBTSxzQkFBc0I7SUFDekMsUUFBUSxRQUFRLE1BQU0seUJBQXlCO0lBQy9DLGdCQUFnQixRQUFRLE1BQU0sa0NBQWtDO0dBQ2xFO0dBQ0EsUUFBUTtJQUFFLFFBQVE7SUFBTSxnQkFBZ0I7SUFBYSxnQkFBZ0I7R0FBMEI7RUFDakc7Q0FDRixFQUNGO0NBQ0EsU0FBUyxFQUNQLE9BQU87RUFDTCxpQkFBaUI7RUFDakIsaUJBQWlCO0dBQ2YsT0FBTyxFQUFFLFNBQVMsUUFBUSxNQUFNLDhCQUE4QixFQUFFO0dBQ2hFLFFBQVE7SUFBRSxRQUFRO0lBQU8sZ0JBQWdCO0dBQWE7RUFDeEQ7Q0FDRixFQUNGO0NBQ0EsVUFBVTtFQUNSLE1BQU0sUUFBUSxNQUFNLGNBQWM7RUFDbEMsU0FBUyxDQUFDLE9BQU8sRUFBRSxZQUFZLFFBQVEsTUFBTSxrQkFBa0IsRUFBRSxDQUFDLENBQUM7RUFDbkUsT0FBTztHQUNMLFFBQVE7R0FFUixtQkFBbUI7R0FDbkIsaUJBQWlCLEVBQUUsT0FBTyxRQUFRLE1BQU0seUJBQXlCLEVBQUU7RUFDckU7Q0FDRjtBQUNGLENBQUMifQ==