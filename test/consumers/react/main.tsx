import 'lr-lab';
import type {} from 'lr-lab/jsx';
import { StrictMode, useState } from 'react';
import { createRoot } from 'react-dom/client';

function App() {
  const [lr, setLr] = useState(0.1);
  return (
    <>
      <button onClick={() => setLr(0.05)}>smaller</button>
      <lr-lab
        dataset="digits"
        model="tiny"
        lr={lr}
        batchSize={4}
        stepsPerEpoch={30}
        epochs={2}
        policy={{ type: 'CosineAnnealingLR', tMax: 2 }}
      />
      <lr-schedule-plot policy={{ type: 'StepLR', stepSize: 30 }} steps={90} />
    </>
  );
}

createRoot(document.querySelector('#app')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
