// The page on which somebody waits for a second person: looks again when the line says that something was decided.

import { listen } from "./desk.js";

const again = () => location.reload();

listen({ after: null, topics: [document.getElementById("main").dataset.topic], onCard() {}, onHint: again, onBack: again });
